package dev.quota.spring.ai;

import dev.quota.models.ModelCall;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.model.ChatResponse;

/** Marks a response with what its quota did. */
final class Marks {

  private Marks() {}

  static ChatClientResponse put(ChatClientResponse response, ModelCall call) {
    ChatResponse answer = response.chatResponse();
    if (!call.isDegraded() || answer == null) {
      return response;
    }
    return response
        .mutate()
        .chatResponse(
            ChatResponse.builder().from(answer).metadata(QuotaAdvisor.DEGRADED, true).build())
        .build();
  }
}
