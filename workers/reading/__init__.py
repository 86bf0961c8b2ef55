"""What stands where: cases, work, dates, forms and what happened, put together from the record and the engine
for whoever shows it, the command line or a page. Nothing here prints.
"""
