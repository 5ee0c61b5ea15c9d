"""A stateful stand-in for Twilio's messaging API: `python -m tests.twilio_sim --port 0 --state FILE` prints its port.

It keeps what arrived in SQLite, so it survives its own kill; its arrival log judges every crash test. It calls our
webhooks by signed HTTP. It shares no code with the product, and none with the practice carrier.
"""
