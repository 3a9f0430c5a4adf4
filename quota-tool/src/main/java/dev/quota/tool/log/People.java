package dev.quota.tool.log;

import dev.quota.Subject;
import dev.quota.internal.text.Shown;
import dev.quota.policy.BillingAnchor;
import dev.quota.policy.Scope;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gives each person of a log a number, and keeps the subject of a person while plan, zone, groups
 * and billing anchors stay the same. Not thread-safe.
 */
final class People {

  private static final int[] FACTS = {
    Columns.PLAN,
    Columns.ZONE,
    Columns.TEAM,
    Columns.ORG,
    Columns.CONVERSATION,
    Columns.BILLING_ANCHOR,
    Columns.TEAM_BILLING_ANCHOR,
    Columns.ORG_BILLING_ANCHOR
  };

  private final Map<String, Person> byId = new HashMap<>();
  private final Map<String, ZoneId> zones = new HashMap<>();
  private final Map<String, String> shared = new HashMap<>();

  /** One person, as of the last row. */
  static final class Person {

    final int number;
    private @Nullable Subject subject;
    private final @Nullable String[] facts = new String[FACTS.length];

    private Person(int number) {
      this.number = number;
    }

    Subject subject() {
      return Objects.requireNonNull(subject);
    }
  }

  int count() {
    return byId.size();
  }

  Person person(String id, RawRow row) {
    Person person = byId.get(id);
    if (person == null) {
      // A bad row must not add a person.
      Subject subject = subject(id, row);
      person = new Person(byId.size());
      byId.put(id, person);
      remember(person, subject, row);
    } else if (!isSame(person, row)) {
      remember(person, subject(person.subject().id(), row), row);
    }
    return person;
  }

  private static boolean isSame(Person person, RawRow row) {
    for (int i = 0; i < FACTS.length; i++) {
      if (!Objects.equals(person.facts[i], row.cell(FACTS[i]))) {
        return false;
      }
    }
    return true;
  }

  private void remember(Person person, Subject subject, RawRow row) {
    for (int i = 0; i < FACTS.length; i++) {
      String cell = row.cell(FACTS[i]);
      // There are many conversations with few rows each, so their names are not shared. Others
      // repeat.
      person.facts[i] =
          cell == null || FACTS[i] == Columns.CONVERSATION
              ? cell
              : shared.computeIfAbsent(cell, text -> text);
    }
    person.subject = subject;
  }

  private Subject subject(String id, RawRow row) {
    Subject.Builder subject = Subject.builder(Subject.Kind.USER, id);
    String plan = row.cell(Columns.PLAN);
    if (plan != null) {
      subject.plan(plan);
    }
    String zone = row.cell(Columns.ZONE);
    if (zone != null) {
      subject.zone(zone(zone));
    }
    group(subject, Scope.TEAM, row.cell(Columns.TEAM));
    group(subject, Scope.ORG, row.cell(Columns.ORG));
    group(subject, Scope.CONVERSATION, row.cell(Columns.CONVERSATION));
    anchor(subject, Scope.USER, Columns.BILLING_ANCHOR, row);
    anchor(subject, Scope.TEAM, Columns.TEAM_BILLING_ANCHOR, row);
    anchor(subject, Scope.ORG, Columns.ORG_BILLING_ANCHOR, row);
    return subject.build();
  }

  private static void anchor(Subject.Builder subject, Scope scope, int column, RawRow row) {
    String cell = row.cell(column);
    if (cell == null) {
      return;
    }
    try {
      subject.billingAnchor(scope, BillingAnchor.parse(cell));
    } catch (IllegalArgumentException e) {
      throw new BadRowException(
          column == Columns.BILLING_ANCHOR ? "billing_anchor" : scope.text() + "_billing_anchor",
          String.valueOf(e.getMessage()));
    }
  }

  private static void group(Subject.Builder subject, Scope scope, @Nullable String id) {
    if (id != null) {
      subject.group(scope, id);
    }
  }

  private ZoneId zone(String name) {
    ZoneId known = zones.get(name);
    if (known == null) {
      try {
        known = ZoneId.of(name);
      } catch (DateTimeException e) {
        throw new BadRowException("zone", "unknown time zone " + Shown.text(name));
      }
      zones.put(name, known);
    }
    return known;
  }
}
