from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    name = "quo_admin.onboarding"
