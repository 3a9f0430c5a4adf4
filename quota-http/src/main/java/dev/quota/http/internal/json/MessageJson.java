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
    Member.MESSAGE.object(json);
    Member.ID.text(json, message.id());
    Member.CODE.text(json, message.code());
    Member.SEVERITY.text(json, message.severity().text());
    Member.LOCALE.text(json, message.locale().toLanguageTag());
    Member.DIR.text(json, message.rightToLeft() ? "rtl" : "ltr");
    Member.TITLE.text(json, message.title());
    Member.DETAIL.text(json, message.detail());
    Member.DETAIL_TEMPLATE.text(json, message.detailTemplate());
    Member.WHEN.instant(json, message.when());
    Member.ACTIONS.array(json);
    for (Action action : message.actions()) {
      json.writeStartObject();
      Member.REL.text(json, action.rel());
      Member.LABEL.text(json, action.label());
      Member.HREF.text(json, action.href());
      Optional<Upgrade> upgrade = action.isUpgrade() ? message.upgrade() : Optional.empty();
      Member.PLAN.text(json, upgrade.map(Upgrade::plan));
      Member.GIVES.text(json, upgrade.map(Upgrade::gives));
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
