from django.urls import path, register_converter
from django.urls.converters import StringConverter

from quo_admin.numbers.views import coverage, map, notes


class NumberIdConverter(StringConverter):
    """The ID of a number: whatever ``types.readable_id`` accepts."""

    regex = r"PN[^/\s\x00]{1,253}"


register_converter(NumberIdConverter, "number_id")

app_name = "numbers"
urlpatterns = [
    path("", coverage.numbers, name="list"),
    path("map/", map.where_messages_go, name="map"),
    path("export/", coverage.export_list, name="export"),
    path("notes/", notes.notes, name="notes"),
    path("note/", notes.note, name="note"),
    path("notes/<int:number>/take-back/", notes.take_back, name="take_back"),
    path("<number_id:number_id>/", coverage.detail, name="detail"),
]
