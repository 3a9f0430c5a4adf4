package dev.quota.tool.replay;

import java.util.LinkedHashMap;
import java.util.Map;

/** Counts requests and people of one group, such as one plan. Not thread-safe. */
final class Counts {

  final People people = new People();
  long requests;
  long refusals;
  long degradations;

  void seen(int person) {
    requests++;
    people.add(person, People.SEEN);
  }

  void warned(int person) {
    people.add(person, People.WARNED);
  }

  void refused(int person) {
    refusals++;
    refused(person, people.has(person, People.WARNED));
  }

  /** Counts a refusal of a person who had, or had not, got a warning before. */
  void refused(int person, boolean warnedBefore) {
    people.add(person, People.REFUSED);
    if (!warnedBefore) {
      people.add(person, People.REFUSED_UNWARNED);
    }
  }

  void degraded(int person) {
    degradations++;
    people.add(person, People.DEGRADED);
  }

  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("people", people.count(People.SEEN));
    json.put("warned", people.count(People.WARNED));
    json.put("refused", people.count(People.REFUSED));
    json.put("refusedUnwarned", people.count(People.REFUSED_UNWARNED));
    json.put("degraded", people.count(People.DEGRADED));
    json.put("requests", requests);
    json.put("refusals", refusals);
    json.put("degradations", degradations);
    return json;
  }
}
