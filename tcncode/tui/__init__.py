"""The workbench: documents, codes and suggestions on one screen. Only here is Textual imported."""
