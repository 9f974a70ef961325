# at 3:9, remedy
s = "abc"
print(f"{s:.2f}")
