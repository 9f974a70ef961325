# at 4:7, remedy
def area(width, height=1.0):
    return width * height
print(area(2.0, hieght=3.0))
