"""Language models: clients by name, behind the Protocol in :mod:`twinset.core.llm`.

``openai_compatible`` speaks to any server of that kind, ``local`` starts one in this process, ``recorded`` keeps and replays
answers. What is asked, and what becomes of the answers, is the engines' to know.
"""
