# sys.exit is out of reach here: a raise in the last statement gives status 1 and keeps the output.
print("first line")
print("no newline at the end", end="")
raise SystemError("stop")
