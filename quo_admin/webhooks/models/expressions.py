"""What leads the database to an index, or past one."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, TextField
from django.db.models.lookups import StartsWith
from django.db.models.sql.compiler import SQLCompiler


class Short(Func):
    """The first 100 characters of a text of Quo's, for an index: PostgreSQL's rows end at 2,700
    bytes, and text from Quo need not.

    The 100 stands in the SQL, since SQLite knows an indexed expression again only where it is
    spelled without parameters.
    """

    LENGTH = 100
    template = f"SUBSTR(%(expressions)s, 1, {LENGTH})"
    arity = 1
    output_field = TextField()


class OnTheWay(Func):
    """The same value, asked of each row while a list is walked in its order.

    SQLite keeps no figures about a table unless it is told to, takes every index for equally good,
    and would sort half a table rather than walk 60 rows of it. Its own word against that is "+".
    """

    template = "%(expressions)s"
    arity = 1

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


class Begins(StartsWith):
    """Whether a text begins with another, by the index on SQLite too, whose LIKE uses none."""

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        begin = getattr(self.rhs, "value", self.rhs)
        sql = f"({column} >= %s AND {column} < %s)"
        return sql, (*params, begin, *params, f"{begin}\U0010ffff")
