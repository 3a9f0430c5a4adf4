package dev.quota.langchain4j;

import dev.langchain4j.model.chat.response.StreamingHandle;
import dev.quota.models.ModelCall;

/** Settles a call when the reader cancels its stream. */
final class SettlingHandle implements StreamingHandle {

  private final StreamingHandle handle;
  private final ModelCall call;

  SettlingHandle(StreamingHandle handle, ModelCall call) {
    this.handle = handle;
    this.call = call;
  }

  @Override
  public void cancel() {
    handle.cancel();
    var unused = call.cancel();
  }

  @Override
  public boolean isCancelled() {
    return handle.isCancelled();
  }
}
