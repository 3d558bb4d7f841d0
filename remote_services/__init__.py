"""All that runs in a datacenter: workers that do what the server asks and report. No Django, no database."""
