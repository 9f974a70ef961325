# An exception that nothing catches: status 1, and what was printed before is kept.
print("first line")
print("no newline at the end", end="")
raise SystemError("stop")
