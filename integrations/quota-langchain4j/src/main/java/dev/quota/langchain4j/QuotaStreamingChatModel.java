package dev.quota.langchain4j;

import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.quota.QuotaRefusedException;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/** A model that streams, with its quota. */
final class QuotaStreamingChatModel implements StreamingChatModel {

  private final StreamingChatModel model;
  private final CallStart calls;

  QuotaStreamingChatModel(StreamingChatModel model, CallStart calls) {
    this.model = model;
    this.calls = calls;
  }

  @Override
  public void chat(
      ChatRequest request, ChatRequestOptions options, StreamingChatResponseHandler handler) {
    metered(request, handler, (round, metered) -> model.chat(round, options, metered));
  }

  @Override
  public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
    metered(request, handler, model::doChat);
  }

  private void metered(
      ChatRequest request,
      StreamingChatResponseHandler handler,
      BiConsumer<ChatRequest, StreamingChatResponseHandler> asking) {
    CallStart.Round round;
    try {
      round = calls.begin(request, model.defaultRequestParameters(), true);
    } catch (QuotaRefusedException e) {
      handler.onError(e);
      return;
    }
    MeteredHandler metered = new MeteredHandler(round, calls.calls(), handler);
    try {
      asking.accept(round.request(), metered);
    } catch (Throwable e) {
      metered.fail(e);
      throw e;
    }
  }

  @Override
  public ChatRequestParameters defaultRequestParameters() {
    return model.defaultRequestParameters();
  }

  @Override
  public List<ChatModelListener> listeners() {
    return model.listeners();
  }

  @Override
  public ModelProvider provider() {
    return model.provider();
  }

  @Override
  public Set<Capability> supportedCapabilities() {
    return model.supportedCapabilities();
  }
}
