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
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(90));

        HttpResponseMessage started = await app.Http.PostAsync("/runs", new StringContent(TinyTask.Recipe(silo.Folder.Path)), patience.Token);
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        List<(string Kind, JsonElement Run)> events = [];
        await using Stream stream = await app.Http.GetStreamAsync(started.Headers.Location!, patience.Token);
        await foreach (SseItem<string> item in SseParser.Create(stream).EnumerateAsync(patience.Token))
        {
            events.Add((item.EventType, JsonDocument.Parse(item.Data).RootElement));
        }

        Assert.True(events.Count > 2, $"{events.Count} events");
        Assert.All(events.SkipLast(1), e => Assert.Equal("progress", e.Kind));
        Assert.Equal(("ended", "Succeeded"), (events[^1].Kind, events[^1].Run.GetProperty("state").GetString()));
        Assert.Equal("done", events[^1].Run.GetProperty("students")[0].GetProperty("stage").GetString());
        string id = (await started.Content.ReadFromJsonAsync<JsonElement>(patience.Token)).GetProperty("id").GetString()!;
        Assert.Contains("accuracy", await app.Http.GetStringAsync($"/runs/{id}/report", patience.Token), StringComparison.OrdinalIgnoreCase);
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
