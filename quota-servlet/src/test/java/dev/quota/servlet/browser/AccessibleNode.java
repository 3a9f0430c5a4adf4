package dev.quota.servlet.browser;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What assistive technology is told of one element, as the browser computed it.
 *
 * @param role its role, such as {@code meter}
 * @param name its name, empty without one
 * @param description its description, empty without one
 * @param value its value, empty without one
 * @param properties whatever else is told, such as {@code live} or {@code focusable}
 */
public record AccessibleNode(
    String role, String name, String description, String value, Map<String, Object> properties) {

  static List<AccessibleNode> all(Map<String, Object> tree) {
    return ((Collection<?>) tree.get("nodes"))
        .stream()
            .map(node -> (Map<?, ?>) node)
            .filter(node -> !Boolean.TRUE.equals(node.get("ignored")))
            .map(AccessibleNode::of)
            .toList();
  }

  private static AccessibleNode of(Map<?, ?> node) {
    Map<String, Object> properties = new LinkedHashMap<>();
    if (node.get("properties") instanceof Collection<?> list) {
      for (Object property : list) {
        Map<?, ?> pair = (Map<?, ?>) property;
        Object value = ((Map<?, ?>) pair.get("value")).get("value");
        properties.put(String.valueOf(pair.get("name")), value == null ? "" : value);
      }
    }
    return new AccessibleNode(
        text(node, "role"),
        text(node, "name"),
        text(node, "description"),
        text(node, "value"),
        properties);
  }

  private static String text(Map<?, ?> node, String member) {
    if (node.get(member) instanceof Map<?, ?> holder && holder.get("value") != null) {
      return String.valueOf(holder.get("value"));
    }
    return "";
  }
}
