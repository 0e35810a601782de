using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace MergeOps.Tests.Browsers;

/// <summary>
/// A headless Chromium that is spoken with as its developer tools do (the DevTools Protocol over a web socket on this machine).
/// </summary>
internal sealed class Browser : IAsyncDisposable
{
    private const string Listening = "DevTools listening on ";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    private readonly Process process;
    private readonly string profile;
    private readonly ClientWebSocket socket = new();
    private int calls;

    private Browser(Process process, string profile) => (this.process, this.profile) = (process, profile);

    /// <summary>The program, or null where none is installed.</summary>
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Where(folder => folder.Length > 0)
        .SelectMany(folder => Names.Select(name => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    /// <summary>What the browser told since it was asked last, such as requests and messages of the console.</summary>
    public List<JsonNode> Events { get; } = [];

    public static async Task<Browser> StartAsync(CancellationToken cancellation)
    {
        var profile = Directory.CreateTempSubdirectory("mergeops-browser-").FullName;
        var process = Process.Start(new ProcessStartInfo(
            Program!,
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--hide-scrollbars", "--remote-debugging-port=0", $"--user-data-dir={profile}", "about:blank",
            ])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var browser = new Browser(process, profile);
        string? line;
        do
        {
            line = await process.StandardError.ReadLineAsync(cancellation) ?? throw new InvalidOperationException("the browser ended before it listened");
        }
        while (!line.StartsWith(Listening, StringComparison.Ordinal));

        // the pipe must not fill up
        _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
        _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await browser.socket.ConnectAsync(new Uri(line[Listening.Length..]), cancellation);
        return browser;
    }

    /// <summary>Calls a method, and collects what is told meanwhile.</summary>
    public async Task<JsonNode> CallAsync(string method, JsonObject? parameters, string? session, CancellationToken cancellation)
    {
        var id = ++calls;
        var call = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        if (session is not null)
        {
            call["sessionId"] = session;
        }

        await socket.SendAsync(Encoding.UTF8.GetBytes(call.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, cancellation);
        while (true)
        {
            var message = await ReceiveAsync(cancellation);
            if ((int?)message["id"] != id)
            {
                Events.Add(message);
            }
            else if (message["error"] is { } error)
            {
                throw new InvalidOperationException($"{method}: {error.ToJsonString()}");
            }
            else
            {
                return message["result"]!;
            }
        }
    }

    /// <summary>Waits for something to be told.</summary>
    public async Task WaitAsync(string method, CancellationToken cancellation)
    {
        while (!Events.Exists(told => (string?)told["method"] == method))
        {
            Events.Add(await ReceiveAsync(cancellation));
        }
    }

    public async ValueTask DisposeAsync()
    {
        socket.Dispose();
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(profile, recursive: true);
    }

    private async Task<JsonNode> ReceiveAsync(CancellationToken cancellation)
    {
        using var text = new MemoryStream();
        var buffer = new byte[64 * 1024];
        WebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer, cancellation);
            text.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonNode.Parse(text.ToArray())!;
    }
}
