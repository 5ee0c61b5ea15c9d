"""The picture on the demo's first invitation: sun over green hills, with a branch of olive leaves."""

from math import cos, pi, radians, sin

from PIL import Image, ImageDraw

WORDS = "Sun over green hills, with a branch of olive leaves"
WIDTH, HEIGHT = 1200, 630
# Drawn twice as large, so that the edges are smooth when it is made smaller.
FINE = 2
HILLS = (("#92B59C", 400, 45, 0.6), ("#4F8067", 490, 30, 2.4), ("#24523F", 565, 18, 4.2))
LEAVES = ((275, 235, -35), (185, 215, 35), (275, 325, -35), (185, 300, 35), (275, 410, -35), (185, 390, 35))

Point = tuple[float, float]


def draw() -> Image.Image:
    """The picture, of the size of a card."""
    picture = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), "#F1E4CC")
    pen = ImageDraw.Draw(picture)
    pen.polygon(_fine(_oval(770, 300, 150, 150)), "#E59A5C")
    for colour, top, swing, turn in HILLS:
        pen.polygon(_fine(_hill(top, swing, turn)), colour)
    pen.polygon(_fine([(225, 170), (234, 170), (234, 600), (225, 600)]), "#17604A")
    for x, y, angle in LEAVES:
        pen.polygon(_fine(_oval(x, y, 46, 15, angle)), "#17604A")
    return picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def _hill(top: float, swing: float, turn: float) -> list[Point]:
    ridge = [(x, top + swing * sin(x / WIDTH * 2 * pi + turn)) for x in range(0, WIDTH + 8, 8)]
    return [*ridge, (WIDTH, HEIGHT), (0, HEIGHT)]


def _oval(x: float, y: float, wide: float, high: float, angle: float = 0) -> list[Point]:
    lean, steps = radians(angle), [radians(step) for step in range(0, 360, 4)]
    flat = [(wide * cos(step), high * sin(step)) for step in steps]
    return [(x + a * cos(lean) - b * sin(lean), y + a * sin(lean) + b * cos(lean)) for a, b in flat]


def _fine(points: list[Point]) -> list[Point]:
    return [(x * FINE, y * FINE) for x, y in points]
