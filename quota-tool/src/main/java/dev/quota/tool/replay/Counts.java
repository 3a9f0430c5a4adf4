package dev.quota.tool.replay;

import java.util.LinkedHashMap;
import java.util.Map;

/** Counts requests and people of one group, such as one plan. Not thread-safe. */
final class Counts {

  final People people = new People();
  long requests;
  long refusals;
  long degradations;
  long shadowRefusals;

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

  /** Counts a request that limits in shadow mode would have refused or degraded. */
  void shadowRefused(int person) {
    shadowRefusals++;
    people.add(person, People.SHADOW_REFUSED);
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
    json.put("shadowRefused", people.count(People.SHADOW_REFUSED));
    json.put("shadowRefusals", shadowRefusals);
    return json;
  }
}
