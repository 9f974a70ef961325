# and / or return an operand and stop early.
log = []
def t(x):
    log.append(x)
    return x
print(t(0) and t(1), t(2) or t(3), t(0) or t("") or t(4), t(1) and t(2) and t(0.0))
print(log)
log = []
if t(False) or (t(True) and not t(False)):
    print("taken", log)
print(1 if t(0) else 2 if t(0) else 3, log)
