"""Parses CSV with quoted fields and prints a report by department."""
from collections import defaultdict

DATA = '''name,department,salary,start
"Smith, Anna",Engineering,72000,2015
Bob Jones,Sales,48000,2018
"Carla ""CJ"" Jung",Engineering,81000,2011
Dmitri Volkov,Support,39000,2020

Eve Adams,Sales,52500,2016
Farid Noor,Support,41250.50,2019
"Gina, the Great",Engineering,66000,2021
'''


def parse_line(line):
    fields, field, quoted = [], "", False
    i = 0
    while i < len(line):
        ch = line[i]
        if quoted:
            if ch == '"' and line[i + 1:i + 2] == '"':
                field += '"'
                i += 1
            elif ch == '"':
                quoted = False
            else:
                field += ch
        elif ch == '"':
            quoted = True
        elif ch == ",":
            fields.append(field)
            field = ""
        else:
            field += ch
        i += 1
    fields.append(field)
    return fields


def parse(text):
    lines = [line for line in text.splitlines() if line.strip()]
    header = parse_line(lines[0])
    return [dict(zip(header, parse_line(line))) for line in lines[1:]]


rows = parse(DATA)
by_department = defaultdict(list)
for row in rows:
    row["salary"] = float(row["salary"])
    row["start"] = int(row["start"])
    by_department[row["department"]].append(row)

for department, people in sorted(by_department.items()):
    salaries = [p["salary"] for p in people]
    print(f"{department} ({len(people)})")
    for p in sorted(people, key=lambda p: -p["salary"]):
        print(f"  {p['name']:<18}{p['salary']:>12,.2f}  since {p['start']}")
    print(f"  {'average':<18}{sum(salaries) / len(salaries):>12,.2f}")

oldest = min(rows, key=lambda r: r["start"])
print("longest here:", oldest["name"])
print("total:", f"{sum(r['salary'] for r in rows):,.0f}")
