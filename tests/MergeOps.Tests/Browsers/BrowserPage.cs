using System.Text.Json.Nodes;

namespace MergeOps.Tests.Browsers;

/// <summary>A page in a browser, at one width and in one color scheme.</summary>
internal sealed class BrowserPage
{
    private static readonly string[] Errors = ["error", "assert", "warning"];

    private readonly Browser browser;
    private readonly string session;
    private readonly CancellationToken cancellation;

    private BrowserPage(Browser browser, string session, CancellationToken cancellation) =>
        (this.browser, this.session, this.cancellation) = (browser, session, cancellation);

    public static async Task<BrowserPage> OpenAsync(Browser browser, CancellationToken cancellation)
    {
        var target = await browser.CallAsync("Target.createTarget", new() { ["url"] = "about:blank" }, null, cancellation);
        var attached = await browser.CallAsync(
            "Target.attachToTarget", new() { ["targetId"] = (string)target["targetId"]!, ["flatten"] = true }, null, cancellation);
        var page = new BrowserPage(browser, (string)attached["sessionId"]!, cancellation);
        foreach (var domain in new[] { "Page", "Network", "Runtime", "Log" })
        {
            await page.CallAsync($"{domain}.enable");
        }

        return page;
    }

    /// <summary>Loads a file.</summary>
    /// <returns>What it asked for beside itself, and what the console says of it.</returns>
    public async Task<(IReadOnlyList<string> Requests, IReadOnlyList<string> Console)> LoadAsync(string file, int width, bool isDark)
    {
        await CallAsync("Emulation.setDeviceMetricsOverride", new() { ["width"] = width, ["height"] = 900, ["deviceScaleFactor"] = 1, ["mobile"] = false });
        await CallAsync("Emulation.setEmulatedMedia", new()
        {
            ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = isDark ? "dark" : "light" }),
        });
        browser.Events.Clear();
        var address = new Uri(file).AbsoluteUri;
        await CallAsync("Page.navigate", new() { ["url"] = address });
        await browser.WaitAsync("Page.loadEventFired", cancellation);
        // what is told before the next answer was told before
        await EvaluateAsync("document.title");
        return (
            [.. Told("Network.requestWillBeSent").Select(request => (string)request["request"]!["url"]!).Where(url => url != address)],
            [
                .. Told("Log.entryAdded").Select(entry => (string)entry["entry"]!["text"]!),
                .. Told("Runtime.exceptionThrown").Select(thrown => thrown.ToJsonString()),
                .. Told("Runtime.consoleAPICalled").Where(call => Errors.Contains((string)call["type"]!)).Select(call => call.ToJsonString()),
            ]);
    }

    /// <summary>What an expression gives, as text.</summary>
    public async Task<string> EvaluateAsync(string expression)
    {
        var answer = await CallAsync("Runtime.evaluate", new() { ["expression"] = expression, ["returnByValue"] = true });
        return answer["exceptionDetails"] is { } thrown ? throw new InvalidOperationException(thrown.ToJsonString()) : $"{answer["result"]!["value"]}";
    }

    /// <summary>A picture of the whole page as PNG.</summary>
    public async Task<byte[]> CaptureAsync() => Convert.FromBase64String(
        (string)(await CallAsync("Page.captureScreenshot", new() { ["format"] = "png", ["captureBeyondViewport"] = true }))["data"]!);

    private IEnumerable<JsonNode> Told(string method) => browser.Events.Where(told => (string?)told["method"] == method).Select(told => told["params"]!);

    private Task<JsonNode> CallAsync(string method, JsonObject? parameters = null) => browser.CallAsync(method, parameters, session, cancellation);
}
