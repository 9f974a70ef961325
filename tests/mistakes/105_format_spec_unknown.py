# at 3:9, remedy
x = 3.5
print(f"{x:.2q}")
