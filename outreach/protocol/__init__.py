"""Forms of address, closings, dates, order of States: pure functions over data files and their own frozen Addressee.

The public face is `outreach.protocol.forms`; what a letter is addressed to is built from `outreach.protocol.addressee`.
"""
