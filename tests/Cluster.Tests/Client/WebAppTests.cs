using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using KdCluster.Tests.Support;

namespace KdCluster.Tests.Client;

/// <summary>The example app in a process of its own, and a silo.</summary>
public class WebAppTests
{
    [Fact]
    public async Task A_web_app_starts_a_run_and_streams_its_progress_until_it_ends()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        await using WebAppProcess app = await WebAppProcess.StartAsync("http://127.0.0.1:9", silo.Silo.Address);
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(180));

        // A run that would last for hours says how it stands; stopped, it says so and the stream ends.
        Uri progress = await StartAsync(TinyTask.Recipe(silo.Folder.Path, change: r => r["training"]!["epochs"] = 5000));
        List<(string Kind, string? State)> events = [];
        await foreach ((string kind, JsonElement run) in EventsAsync(progress))
        {
            events.Add((kind, run.GetProperty("state").GetString()));
            if (events.Count == 1)
            {
                Assert.Equal(HttpStatusCode.OK, (await app.Http.DeleteAsync(new Uri(progress, "."), patience.Token)).StatusCode);
            }
        }

        Assert.True(events.Count > 1);
        Assert.All(events.SkipLast(1), e => Assert.Equal("progress", e.Kind));
        Assert.Equal(("ended", "Cancelled"), events[^1]);

        progress = await StartAsync(TinyTask.Recipe(silo.Folder.Path));
        (string Kind, JsonElement Run) last = default;
        await foreach ((string Kind, JsonElement Run) item in EventsAsync(progress))
        {
            last = item;
        }

        Assert.Equal(("ended", "Succeeded"), (last.Kind, last.Run.GetProperty("state").GetString()));
        Assert.Equal("done", last.Run.GetProperty("students")[0].GetProperty("stage").GetString());
        Assert.Contains("accuracy", await app.Http.GetStringAsync(new Uri(progress, "report"), patience.Token), StringComparison.OrdinalIgnoreCase);

        async Task<Uri> StartAsync(string recipe)
        {
            HttpResponseMessage started = await app.Http.PostAsync("/runs", new StringContent(recipe), patience.Token);
            Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
            string id = (await started.Content.ReadFromJsonAsync<JsonElement>(patience.Token)).GetProperty("id").GetString()!;
            Assert.Equal($"/runs/{id}/progress", started.Headers.Location!.OriginalString);
            return new Uri(app.Http.BaseAddress!, started.Headers.Location);
        }

        async IAsyncEnumerable<(string, JsonElement)> EventsAsync(Uri address)
        {
            await using Stream stream = await app.Http.GetStreamAsync(address, patience.Token);
            await foreach (SseItem<string> item in SseParser.Create(stream).EnumerateAsync(patience.Token))
            {
                yield return (item.EventType, JsonDocument.Parse(item.Data).RootElement);
            }
        }
    }

    [Fact]
    public async Task What_goes_wrong_is_said_in_the_webs_words()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        await using WebAppProcess app = await WebAppProcess.StartAsync(silo.Silo.Address);

        HttpResponseMessage bad = await app.Http.PostAsync("/runs", new StringContent("""{ "name": "x", "students": 1 }"""));
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
        JsonElement errors = (await bad.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors");
        Assert.Contains("KD1002", errors.EnumerateArray().Select(e => e.GetProperty("code").GetString()));
        Assert.True(errors.GetArrayLength() > 1, "every mistake at once");
        Assert.Equal(HttpStatusCode.NotFound, (await app.Http.GetAsync("/runs/nobody/progress")).StatusCode);
        await using WebAppProcess alone = await WebAppProcess.StartAsync("http://127.0.0.1:9");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await alone.Http.GetAsync("/runs/nobody/progress")).StatusCode);
    }
}
