"""Expressions that lead the database to an index, or keep it from one."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, TextField
from django.db.models.lookups import StartsWith
from django.db.models.sql.compiler import SQLCompiler


class Short(Func):
    """The first 100 characters of a text from Quo, for an index: PostgreSQL limits index rows to
    2,700 bytes, and text from Quo can be longer.

    The 100 is literal in the SQL, because SQLite recognizes an indexed expression only if it is
    written without parameters.
    """

    LENGTH = 100
    template = f"SUBSTR(%(expressions)s, 1, {LENGTH})"
    arity = 1
    output_field = TextField()


class WithoutIndex(Func):
    """The same value, tested for each row while a list is read in its order.

    Without statistics, SQLite takes every index for equally good and would sort half a table rather
    than read 60 rows of it. A unary "+" keeps it from using the index.
    """

    template = "%(expressions)s"
    arity = 1

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


class Begins(StartsWith):
    """Whether a text begins with another, by an index on SQLite too, whose LIKE uses none."""

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        begin = getattr(self.rhs, "value", self.rhs)
        sql = f"({column} >= %s AND {column} < %s)"
        return sql, (*params, begin, *params, f"{begin}\U0010ffff")
