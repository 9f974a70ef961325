# sys.exit raises SystemExit, which `except Exception` lets through and `finally` sees; its argument is the status.
import sys
def stop(code):
    try:
        sys.exit(code)
    except Exception:
        print("not here")
    finally:
        print("finally", code)
for code in (3, 0):
    try:
        stop(code)
    except SystemExit as e:
        print("status", e, repr(e))
try:
    raise SystemExit
except SystemExit as e:
    print(repr(e))
stop(7)
