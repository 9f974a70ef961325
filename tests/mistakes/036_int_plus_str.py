# at 3:11, remedy
age = "41"
print(age + 1)
