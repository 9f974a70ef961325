# at 3:7, remedy
age = "41"
print(age > 40)
