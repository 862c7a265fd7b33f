"""How many actions does an image cost a person, with and without the program's help?"""
