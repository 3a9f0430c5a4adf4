package dev.quota.message;

/** The values of a template's placeholders. The names were checked when the template was parsed. */
interface Arguments {

  /** Appends a text, an amount or a phrase; nothing if it is empty. */
  void append(String name, StringBuilder out);

  /** Returns the number that chooses the grammatical form. */
  long count(String name);

  /** Returns the declared choice that applies. */
  String choice(String name);
}
