from django.db import migrations, models


class Migration(migrations.Migration):
    """For the filters of the trail's page. Adding an index leaves the rows and triggers alone."""

    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["actor", "-number", "action"], name="entry_by_actor"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["action", "-number", "actor"], name="entry_by_action"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["at", "number"], name="entry_by_moment"),
        ),
    ]
