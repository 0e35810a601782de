using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using Xunit;

namespace MergeOps.Tests.HuggingFace;

// the rules of huggingface_hub's constants.py and utils/_auth.py
public sealed class HubSettingsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Without_variables_the_public_hub_and_the_usual_cache_are_used()
    {
        var settings = Read();

        Assert.Equal("https://huggingface.co/", settings.Endpoint.AbsoluteUri);
        Assert.Equal(folder[".cache/huggingface/hub"], settings.CacheFolder);
        Assert.Null(settings.Token);
        Assert.False(settings.IsOffline);
        Assert.True(settings.UsesLinks);
        Assert.Equal((10, 10), (settings.MetadataTimeout.TotalSeconds, settings.ReadTimeout.TotalSeconds));
    }

    [Fact]
    public void Each_folder_variable_goes_before_the_more_general_ones()
    {
        Assert.Equal(folder["xdg/huggingface/hub"], Read(("XDG_CACHE_HOME", folder["xdg"])).CacheFolder);
        Assert.Equal(folder["home/hub"], Read(("XDG_CACHE_HOME", folder["xdg"]), ("HF_HOME", "~/home")).CacheFolder);
        Assert.Equal(folder["old"], Read(("HF_HOME", "~/home"), ("HUGGINGFACE_HUB_CACHE", folder["old"])).CacheFolder);
        Assert.Equal(folder["new"], Read(("HUGGINGFACE_HUB_CACHE", folder["old"]), ("HF_HUB_CACHE", "${HOME}/new")).CacheFolder);
        Assert.Equal(folder["$UNSET"], Read(("HF_HUB_CACHE", "$HOME/$UNSET")).CacheFolder);
    }

    [Theory]
    [InlineData("http://mirror.example:8080/hf/", "http://mirror.example:8080/hf/api/models/a/b")]
    [InlineData("https://hub.example", "https://hub.example/api/models/a/b")]
    [InlineData("", "https://huggingface.co/api/models/a/b")]
    public void The_endpoint_may_be_a_mirror_with_a_path(string endpoint, string address) =>
        Assert.Equal(address, Read(("HF_ENDPOINT", endpoint)).Below("api/models/a/b").AbsoluteUri);

    [Theory]
    [InlineData("huggingface.co")]
    [InlineData("ftp://hub.example")]
    [InlineData("https://user:secret@hub.example")]
    [InlineData("https://hub.example?x=1")]
    public void An_endpoint_that_will_not_do_is_refused_without_repeating_it(string endpoint)
    {
        var refused = Assert.Throws<MergeOpsException>(() => Read(("HF_ENDPOINT", endpoint)));

        Assert.Equal(Codes.HubSettingInvalid, refused.Diagnostic.Code);
        Assert.DoesNotContain("secret", refused.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void The_token_comes_from_the_environment_else_from_the_file()
    {
        folder.Write("home/token", " hf_file\r\n"u8);
        folder.Write("elsewhere", "hf_elsewhere"u8);

        Assert.Equal("hf_file", TokenOf(("HF_HOME", folder["home"])));
        Assert.Equal("hf_elsewhere", TokenOf(("HF_HOME", folder["home"]), ("HF_TOKEN_PATH", folder["elsewhere"])));
        Assert.Equal("hf_old", TokenOf(("HF_HOME", folder["home"]), ("HUGGING_FACE_HUB_TOKEN", "hf_old\n")));
        Assert.Equal("hf_new", TokenOf(("HUGGING_FACE_HUB_TOKEN", "hf_old"), ("HF_TOKEN", "hf_new")));
        Assert.Null(TokenOf(("HF_HOME", folder["home"]), ("HF_TOKEN", "hf_new"), ("HF_HUB_DISABLE_IMPLICIT_TOKEN", "yes")));
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("on", true)]
    [InlineData("True", true)]
    [InlineData("YES", true)]
    [InlineData("0", false)]
    [InlineData("false", false)]
    public void A_switch_is_on_for_the_words_that_python_knows(string value, bool isOn)
    {
        Assert.Equal(isOn, Read(("HF_HUB_OFFLINE", value)).IsOffline);
        Assert.Equal(isOn, Read(("TRANSFORMERS_OFFLINE", value)).IsOffline);
        Assert.Equal(!isOn, Read(("HF_HUB_DISABLE_SYMLINKS", value)).UsesLinks);
    }

    [Fact]
    public void Timeouts_are_whole_seconds()
    {
        Assert.Equal(60, Read(("HF_HUB_DOWNLOAD_TIMEOUT", "60")).ReadTimeout.TotalSeconds);
        Assert.Equal(Codes.HubSettingInvalid, Assert.Throws<MergeOpsException>(() => Read(("HF_HUB_ETAG_TIMEOUT", "soon"))).Diagnostic.Code);
    }

    [Theory]
    [InlineData("https://hub.example/x", true)]
    [InlineData("https://HUB.example:443/x", true)]
    [InlineData("http://hub.example/x", false)]
    [InlineData("https://hub.example:444/x", false)]
    [InlineData("https://hub.example.evil/x", false)]
    [InlineData("https://cdn.hub.example/x", false)]
    public void Only_scheme_host_and_port_together_are_the_hub_itself(string address, bool isOwn) =>
        Assert.Equal(isOwn, Read(("HF_ENDPOINT", "https://hub.example")).IsOwn(new Uri(address)));

    [Fact]
    public void An_address_of_the_public_hub_is_one_of_the_mirror_that_passed_it_on()
    {
        var mirror = Read(("HF_ENDPOINT", "http://mirror/hf"));

        Assert.Equal("http://mirror/hf/api/x?cursor=1", mirror.Rebase(new Uri("https://huggingface.co/api/x?cursor=1")).AbsoluteUri);
        Assert.Equal("https://cdn.example/x", mirror.Rebase(new Uri("https://cdn.example/x")).AbsoluteUri);
    }

    [Theory]
    [InlineData("http://10.0.0.2")]
    [InlineData("http://hub.example:8080/hf")]
    public void A_token_does_not_travel_without_encryption_unless_that_is_allowed(string endpoint)
    {
        folder.Write(".cache/huggingface/token", "hf_stored"u8);

        foreach (var named in new (string, string)[][] { [("HF_ENDPOINT", endpoint), ("HF_TOKEN", "hf_named")], [("HF_ENDPOINT", endpoint)] })
        {
            var refused = Assert.Throws<MergeOpsException>(() => Read(named));

            Assert.Equal(Codes.HubSettingInvalid, refused.Diagnostic.Code);
            Assert.Contains("MERGEOPS_ALLOW_HTTP=1", refused.Diagnostic.Detail, StringComparison.Ordinal);
            Assert.NotNull(Read([.. named, ("MERGEOPS_ALLOW_HTTP", "1")]).Token);
            Assert.Null(Read([.. named, ("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")]).Token);
            Assert.True(Read([.. named, ("HF_HUB_OFFLINE", "1")]).IsOffline);
        }
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://localhost")]
    [InlineData("http://[::1]:80")]
    [InlineData("https://10.0.0.2")]
    public void A_token_reaches_this_machine_and_whoever_speaks_https(string endpoint) =>
        Assert.NotNull(Read(("HF_ENDPOINT", endpoint), ("HF_TOKEN", "hf_named")).Token);

    [Fact]
    public void The_page_lists_every_variable_that_is_read()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "src", "MergeOps", "HuggingFace", "Settings.md"));
        HashSet<string> asked = [];

        _ = new HubEnvironment(name =>
        {
            asked.Add(name);
            return name == "HOME" ? folder.Path : null;
        }, folder.Path).Read();

        Assert.All(asked.Where(name => name != "HOME"), name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
        Assert.Contains($"`{HubEnvironment.ClearText}`", page, StringComparison.Ordinal);
    }

    private string? TokenOf(params (string, string)[] variables)
    {
        if (Read(variables).Token is not { } token)
        {
            return null;
        }

        using var request = new HttpRequestMessage();
        token.Authorize(request);
        return request.Headers.Authorization!.Parameter;
    }

    private HubSettings Read(params (string Name, string Value)[] variables)
    {
        var all = variables.ToDictionary(variable => variable.Name, variable => variable.Value);
        return new HubEnvironment(name => name == "HOME" ? folder.Path : all.GetValueOrDefault(name), folder.Path).Read();
    }
}
