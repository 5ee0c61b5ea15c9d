"""`python -m tests.twilio_sim --port 0 --state FILE`: prints the port it listens on, then serves until killed."""

import argparse

from tests.twilio_sim.callbacks import Deliverer
from tests.twilio_sim.server import Server
from tests.twilio_sim.store import Store


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--state", required=True)
    chosen = parser.parse_args()
    store = Store(chosen.state)
    server = Server(chosen.port, store)
    Deliverer(store).start()
    print(server.server_address[1], flush=True)
    server.serve_forever()


main()
