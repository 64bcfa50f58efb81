from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    name = "quo_admin.onboarding"

    def ready(self) -> None:
        from quo_admin.onboarding.services import carry
        from quo_admin.worker import jobs

        jobs.register("batch", carry.carry_next, threads=carry.THREADS)
