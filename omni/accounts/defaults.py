"""What a new workspace begins with; each studio changes it at /settings/workspace.

Source: our choice. checked_on: 2026-11-22.
"""

# weekday (0 is Monday): (opens, closes), in minutes of the day. Monday to Friday 9:00-18:00, Saturday 9:00-13:00.
BUSINESS_HOURS = {0: (540, 1080), 1: (540, 1080), 2: (540, 1080), 3: (540, 1080), 4: (540, 1080), 5: (540, 780)}

COUNTRY = "US"
TIMEZONE = "UTC"
