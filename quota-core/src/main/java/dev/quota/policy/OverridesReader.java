package dev.quota.policy;

import dev.quota.internal.text.Names;
import dev.quota.internal.yaml.Mistakes;
import dev.quota.internal.yaml.YamlNode;
import dev.quota.internal.yaml.YamlNode.Mapping;
import dev.quota.internal.yaml.YamlNode.Sequence;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the overrides of a policy file, after its quotas. */
final class OverridesReader {

  static final List<String> KEYS =
      List.of("subject", "quota", "limit", "capacity", "until", "reason");
  private static final String EXAMPLE =
      "{subject: …, quota: chat, limit: daily, capacity: 200, until: 2027-01-01T00:00:00Z, reason:"
          + " a conference}";

  private final Map<String, QuotaPolicy> quotas;
  private final Mistakes mistakes;

  /** False if a quota that an override names may be missing because of a mistake. */
  private final boolean knowsQuotas;

  OverridesReader(Map<String, QuotaPolicy> quotas, Mistakes mistakes) {
    this.quotas = quotas;
    this.mistakes = mistakes;
    this.knowsQuotas = mistakes.count() == 0;
  }

  /** Reads a list, and adds each override that has no mistake. */
  void read(YamlNode node, Policies.Builder policies) {
    Optional<Sequence> list =
        node.asSequence("`overrides` must be a list such as [" + EXAMPLE + "]", mistakes);
    int size = list.map(it -> it.items().size()).orElse(0);
    if (size > Policies.MAX_OVERRIDES) {
      mistakes.add(
          node.at(), "`overrides` must be at most " + Policies.MAX_OVERRIDES + ", was " + size);
      return;
    }
    for (YamlNode item : list.map(Sequence::items).orElse(List.of())) {
      Optional<Mapping> mapping = item.asMapping("an override must be like " + EXAMPLE, mistakes);
      Optional<LimitOverride> read = mapping.isPresent() ? one(mapping.get()) : Optional.empty();
      if (read.isPresent()) {
        var unused = mistakes.attempt(item.at(), () -> policies.override(read.get()));
      }
    }
  }

  private Optional<LimitOverride> one(Mapping mapping) {
    int before = mistakes.count();
    Section section = new Section(mapping, KEYS, mistakes);
    for (String key : KEYS) {
      section.require(key, mapping.at(), EXAMPLE);
    }
    Optional<String> subject = section.read("subject", LimitOverride::requireDigest);
    Optional<String> quota = section.read("quota", this::quota);
    Optional<QuotaPolicy> policy = quota.map(quotas::get);
    Optional<String> limit = section.read("limit", name -> limit(policy, name));
    Optional<Capacity> capacity =
        section.read("capacity", text -> capacity(policy, limit.orElse(""), text));
    Optional<Instant> until = section.read("until", OverridesReader::until);
    Optional<String> reason = section.read("reason", text -> Names.requireLabel(text, "reason"));
    return mistakes.count() > before
        ? Optional.empty()
        : Optional.of(
            new LimitOverride(
                subject.orElseThrow(),
                quota.orElseThrow(),
                limit.orElseThrow(),
                capacity.orElseThrow(),
                until.orElseThrow(),
                reason.orElseThrow()));
  }

  private String quota(String name) {
    if (knowsQuotas && !quotas.containsKey(name)) {
      throw new IllegalArgumentException(Words.unknown("quota", name, quotas.keySet()));
    }
    return name;
  }

  private static String limit(Optional<QuotaPolicy> policy, String name) {
    if (policy.isPresent()) {
      List<String> names = policy.get().limits().stream().map(LimitPolicy::name).toList();
      if (!names.contains(name)) {
        throw new IllegalArgumentException(Words.unknown("limit", name, names));
      }
    }
    return name;
  }

  private static Capacity capacity(Optional<QuotaPolicy> policy, String limit, String text) {
    Capacity capacity = LimitPhrase.parseCapacity(text);
    if (policy.isPresent()) {
      policy.get().limits().stream()
          .filter(it -> it.name().equals(limit))
          .forEach(it -> LimitsReader.checkExact(it, capacity));
    }
    return capacity;
  }

  private static Instant until(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "until must be a moment with an offset, such as 2027-01-01T00:00:00Z", e);
    }
  }
}
