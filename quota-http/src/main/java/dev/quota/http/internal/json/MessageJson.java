package dev.quota.http.internal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quota.message.Message;
import dev.quota.message.Upgrade;
import dev.quota.policy.Action;
import java.io.IOException;
import java.util.Optional;

/** Writes the message of a state. */
public final class MessageJson {

  private MessageJson() {}

  public static void write(JsonGenerator json, Message message) throws IOException {
    json.writeObjectFieldStart("message");
    json.writeStringField("id", message.id());
    json.writeStringField("code", message.code());
    json.writeStringField("severity", message.severity().text());
    json.writeStringField("locale", message.locale().toLanguageTag());
    json.writeStringField("dir", message.rightToLeft() ? "rtl" : "ltr");
    json.writeStringField("title", message.title());
    json.writeStringField("detail", message.detail());
    writeText(json, "detailTemplate", message.detailTemplate());
    StateJson.writeInstant(json, "when", message.when());
    json.writeArrayFieldStart("actions");
    for (Action action : message.actions()) {
      json.writeStartObject();
      json.writeStringField("rel", action.rel());
      json.writeStringField("label", action.label());
      json.writeStringField("href", action.href());
      Optional<Upgrade> upgrade = action.isUpgrade() ? message.upgrade() : Optional.empty();
      writeText(json, "plan", upgrade.map(Upgrade::plan));
      writeText(json, "gives", upgrade.map(Upgrade::gives));
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  public static void writeText(JsonGenerator json, String name, Optional<String> text)
      throws IOException {
    if (text.isPresent()) {
      json.writeStringField(name, text.get());
    } else {
      json.writeNullField(name);
    }
  }
}
