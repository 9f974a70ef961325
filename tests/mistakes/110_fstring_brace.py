# at 3:9, remedy
x = 3
print(f"{x")
