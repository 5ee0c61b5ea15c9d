# Each target is one line: the work is in `python3 app.py COMMAND`, which needs no make.
.PHONY: run demo test check bench judge words requirements

run:; @python3 app.py run
demo:; @python3 app.py demo
test:; @python3 app.py test
check:; @python3 app.py check
bench:; @python3 app.py bench
judge:; @python3 app.py judge
words:; @python3 app.py words
requirements:; @python3 app.py requirements
