# at 3:7, remedy
s = "abc"
print(f"{s:.2f}")
