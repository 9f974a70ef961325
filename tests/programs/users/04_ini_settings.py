"""Reads an INI file from a string into sections, with defaults and interpolation."""

TEXT = """
; global comment
[DEFAULT]
base = /srv
debug = no

[web]
port = 8080
root = %(base)s/www
debug = yes

[mail]
host: mail.example.org
spool = %(base)s/spool   # trailing remark
limit = 2.5
"""


def parse_ini(text):
    sections = {}
    current = None
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.split("#")[0].strip()
        if not line or line.startswith(";"):
            continue
        if line.startswith("[") and line.endswith("]"):
            current = line[1:-1]
            sections.setdefault(current, {})
            continue
        for separator in "=:":
            if separator in line:
                key, _, value = line.partition(separator)
                break
        else:
            raise SyntaxError(f"line {number}: no separator in {line!r}")
        sections[current][key.strip().lower()] = value.strip()
    return sections


class Config:
    BOOLEANS = {"yes": True, "on": True, "no": False, "off": False}

    def __init__(self, sections):
        self.defaults = sections.pop("DEFAULT", {})
        self.sections = sections

    def get(self, section, key, fallback=None):
        value = self.sections[section].get(key, self.defaults.get(key))
        if value is None:
            return fallback
        for name, default in self.defaults.items():
            value = value.replace(f"%({name})s", default)
        return value

    def getint(self, section, key, fallback=0):
        value = self.get(section, key)
        return fallback if value is None else int(value)

    def getboolean(self, section, key):
        return self.BOOLEANS[self.get(section, key).lower()]

    def __contains__(self, section):
        return section in self.sections

    def __iter__(self):
        return iter(self.sections)


config = Config(parse_ini(TEXT))
for section in config:
    keys = sorted(set(config.sections[section]) | set(config.defaults))
    print(f"[{section}]")
    for key in keys:
        print(f"  {key:6} {config.get(section, key)}")
print("web" in config, "ftp" in config)
print(config.getint("web", "port") + 1, config.getint("mail", "port", 25))
print(config.getboolean("web", "debug"), config.getboolean("mail", "debug"))
print(config.get("mail", "missing", "n/a"))
try:
    parse_ini("[a]\nnonsense")
except SyntaxError as e:
    print("error:", e)
