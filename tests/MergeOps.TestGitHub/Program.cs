using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using MergeOps.TestGitHub.Workflows;

namespace MergeOps.TestGitHub;

/// <summary>The test GitHub as a program of its own: the API, git, and runners that carry workflows out.</summary>
internal static class Program
{
    private const string Usage = """
        usage: mergeops-test-github --root DIR [--port N] [--user NAME] [--runner LABELS]... [--secret NAME]...

        Repositories are kept below DIR as OWNER/NAME.git; make one with POST /user/repos. Each --runner is a machine that
        takes one job at a time, such as "self-hosted,linux,x64,gpu"; without any there is one with the labels
        ubuntu-24.04 and ubuntu-latest. A secret NAME takes its value from the environment variable NAME.
        """;

    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is ["--help"] or ["-h"])
        {
            Console.WriteLine(Usage);
            return 0;
        }

        Options options;
        TestGitHubServer server;
        try
        {
            options = Read(arguments);
            server = await TestGitHubServer.StartAsync(Directory.CreateDirectory(options.Root).FullName, options.Port);
        }
        catch (FormatException mistake)
        {
            await Console.Error.WriteLineAsync($"{mistake.Message}\n\n{Usage}");
            return 2;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or SocketException or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 3;
        }

        await using (server)
        {
            server.Secrets = options.Secrets;
            await using var actions = new ActionsService(server, new ActionsOptions
            {
                Root = Path.GetFullPath(options.Root),
                Runners = options.Runners.Count == 0 ? new ActionsOptions { Root = "" }.Runners : options.Runners,
                Say = line => Console.Error.WriteLine($"{DateTime.Now.ToString("HH:mm:ss", CultureInfo.InvariantCulture)} {line}"),
            });
            Console.WriteLine($"GITHUB_SERVER_URL={server.Root.AbsoluteUri.TrimEnd('/')}");
            Console.WriteLine($"GITHUB_API_URL={server.Api.AbsoluteUri.TrimEnd('/')}");
            Console.WriteLine($"GITHUB_TOKEN={server.AddToken(options.User).Value}");
            foreach (var repository in server.Repositories)
            {
                await Console.Error.WriteLineAsync($"serves {repository.FullName}");
            }

            var stopped = new TaskCompletionSource();
            using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
            using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
            await stopped.Task;
            return 0;

            void Stop(PosixSignalContext signal)
            {
                signal.Cancel = true;
                stopped.TrySetResult();
            }
        }
    }

    private static Options Read(string[] arguments)
    {
        var options = new Options { Root = "" };
        for (var i = 0; i < arguments.Length; i += 2)
        {
            var value = i + 1 < arguments.Length ? arguments[i + 1] : throw new FormatException($"'{arguments[i]}' has no value.");
            switch (arguments[i])
            {
                case "--root" when value.Length > 0: options = options with { Root = value }; break;
                case "--port": options = options with { Port = Port(value) }; break;
                case "--user" when value.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-') && value.Length > 0: options = options with { User = value }; break;
                case "--runner" when value.Length > 0: options.Runners.Add(value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)); break;
                case "--secret": options.Secrets[value] = Environment.GetEnvironmentVariable(value) ?? throw new FormatException($"The environment variable {value} of the secret is not set."); break;
                default: throw new FormatException($"'{arguments[i]} {value}' means nothing here.");
            }
        }

        return options.Root.Length > 0 ? options : throw new FormatException("--root is missing.");
    }

    private static int Port(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 65535 ? number : throw new FormatException($"'{text}' is no number from 0 to 65535.");

    private sealed record Options
    {
        public required string Root { get; init; }

        public int Port { get; init; }

        public string User { get; init; } = "octocat";

        public List<IReadOnlyList<string>> Runners { get; } = [];

        public Dictionary<string, string> Secrets { get; } = [];
    }
}
