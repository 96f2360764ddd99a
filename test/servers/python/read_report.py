"""Prints what openpyxl finds in workbooks, or pypdf in PDF files, as JSON: one entry per file."""

import json
import sys


def workbook(path):
    import openpyxl

    book = openpyxl.load_workbook(path, data_only=True)
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


def pages(path):
    import pypdf

    return [page.extract_text() for page in pypdf.PdfReader(path).pages]


kind, *paths = sys.argv[1:]
print(json.dumps([{"xlsx": workbook, "pdf": pages}[kind](path) for path in paths]))
