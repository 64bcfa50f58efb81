from django.apps import AppConfig


class NumbersConfig(AppConfig):
    name = "quo_admin.numbers"
