using System.Globalization;
using System.Text.RegularExpressions;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.HuggingFace;

/// <summary>Reads the variables of the Hub's Python client (its <c>constants.py</c> and <c>_auth.py</c>) with their rules.</summary>
/// <param name="variable">Gives a variable's value, or null.</param>
/// <param name="userFolder">The user's own folder, for <c>~</c> where <c>HOME</c> is not set.</param>
internal sealed partial class HubEnvironment(Func<string, string?> variable, string userFolder)
{
    /// <summary>Lets a token travel over plain http, which otherwise only reaches this machine itself.</summary>
    public const string ClearText = "MERGEOPS_ALLOW_HTTP";

    private const int DefaultSeconds = 10;
    private const int MostSeconds = 3600;

    /// <summary>Reads an environment.</summary>
    public HubEnvironment(HostEnvironment environment)
        : this(name => environment[name], environment.UserFolder)
    {
    }

    /// <summary>The folder of Hugging Face's tools, where a stored token lies too.</summary>
    public string Home => Expanded(Value("HF_HOME") ?? Path.Combine(Value("XDG_CACHE_HOME") ?? "~/.cache", "huggingface"));

    /// <summary>The settings.</summary>
    /// <exception cref="MergeOpsException">A value will not do, the token's file cannot be read, or the token would travel without encryption.</exception>
    public HubSettings Read()
    {
        var settings = ReadAll();
        return settings is { Token: not null, IsOffline: false, IsConfidential: false }
            ? throw new MergeOpsException(
                Codes.HubSettingInvalid,
                $"HF_ENDPOINT is {settings.Endpoint.Scheme}://{settings.Endpoint.Authority}, so anybody on the network could read the token. "
                + $"Use https, or unset the token (HF_HUB_DISABLE_IMPLICIT_TOKEN=1 ignores a stored one). In a network that you trust, {ClearText}=1 allows it.")
            : settings;
    }

    private HubSettings ReadAll() => new(
        ReadEndpoint(),
        ReadToken(),
        Expanded(Value("HF_HUB_CACHE") ?? Value("HUGGINGFACE_HUB_CACHE") ?? Path.Combine(Home, "hub")),
        IsTrue(Value("HF_HUB_OFFLINE") ?? Value("TRANSFORMERS_OFFLINE")),
        Seconds("HF_HUB_ETAG_TIMEOUT"),
        Seconds("HF_HUB_DOWNLOAD_TIMEOUT"))
    {
        UsesLinks = !IsTrue(Value("HF_HUB_DISABLE_SYMLINKS")),
        AllowsClearText = IsTrue(Value(ClearText)),
    };

    private Uri ReadEndpoint()
    {
        if (Value("HF_ENDPOINT")?.TrimEnd('/') is not { } text)
        {
            return HubSettings.PublicHub;
        }

        // the value is not repeated: it may hold a password
        return Uri.TryCreate(text, UriKind.Absolute, out var endpoint)
            && endpoint.Scheme is "https" or "http"
            && endpoint is { UserInfo: "", Query: "", Fragment: "" }
            ? endpoint
            : throw new MergeOpsException(
                Codes.HubSettingInvalid,
                "HF_ENDPOINT must be an address such as https://hub.example.org: http or https, with neither user name, query nor fragment.");
    }

    private HubToken? ReadToken()
    {
        if (IsTrue(Value("HF_HUB_DISABLE_IMPLICIT_TOKEN")))
        {
            return null;
        }

        var (source, text) = Value("HF_TOKEN") is { } named
            ? ("HF_TOKEN", named)
            : Value("HUGGING_FACE_HUB_TOKEN") is { } older
                ? ("HUGGING_FACE_HUB_TOKEN", older)
                : ReadTokenFile(Expanded(Value("HF_TOKEN_PATH") ?? Path.Combine(Home, "token")));
        try
        {
            return HubToken.Of(text);
        }
        catch (FormatException refusal)
        {
            throw new MergeOpsException(Codes.HubSettingInvalid, $"{source}: {refusal.Message}.", innerException: refusal);
        }
    }

    private static (string Source, string? Text) ReadTokenFile(string path)
    {
        try
        {
            return (path, File.Exists(path) ? PlainFile.ReadText(path) : null);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw new MergeOpsException(
                Codes.HubSettingInvalid, $"The file with the token cannot be read: {refusal.Message}", SourceSpan.File(path), refusal);
        }
    }

    private TimeSpan Seconds(string name)
    {
        if (Value(name) is not { } text)
        {
            return TimeSpan.FromSeconds(DefaultSeconds);
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= MostSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new MergeOpsException(
                Codes.HubSettingInvalid, $"{name} is {TerminalText.Quoted(text)} and must be a whole number of seconds from 1 to {MostSeconds}.");
    }

    // an empty variable counts as none, as it does in shells and workflows
    private string? Value(string name) => variable(name) is { Length: > 0 } value ? value : null;

    private string Expanded(string path)
    {
        var home = Value("HOME") ?? userFolder;
        var named = path == "~" || path.StartsWith("~/", StringComparison.Ordinal) ? home + path[1..] : path;
        return Path.GetFullPath(Variables().Replace(named, match => Value(match.Groups["name"].Value) ?? match.Value));
    }

    private static bool IsTrue(string? value) => value?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE";

    [GeneratedRegex(@"\$(?:\{(?<name>\w+)\}|(?<name>\w+))", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variables();
}
