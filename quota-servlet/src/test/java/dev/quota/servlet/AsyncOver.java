package dev.quota.servlet;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;

/** Hears only that asynchronous work is over. */
abstract class AsyncOver implements AsyncListener {

  abstract void over();

  @Override
  public void onComplete(AsyncEvent event) {
    over();
  }

  @Override
  public void onTimeout(AsyncEvent event) {}

  @Override
  public void onError(AsyncEvent event) {}

  @Override
  public void onStartAsync(AsyncEvent event) {
    event.getAsyncContext().addListener(this);
  }
}
