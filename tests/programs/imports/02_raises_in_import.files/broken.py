class BrokenError(Exception):
    pass


print("in the module")
raise BrokenError("as it is read")
