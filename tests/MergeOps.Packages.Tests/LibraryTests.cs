using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using MergeOps.Runtime.Natives;
using MergeOps.Tests;
using Xunit;

namespace MergeOps.Packages.Tests;

/// <summary>A program of somebody who has the library's package and nothing else of this repository.</summary>
public sealed partial class LibraryTests(PackedFeed feed)
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "src", "MergeOps", "README.md"));

    [Fact]
    public void The_program_of_the_packages_page_merges_the_quickstart_by_a_method_of_its_own()
    {
        Assert.SkipWhen(NativePackage.ForThisSystem(cuda: false) is null, "nobody packs libtorch for this system");
        using var machine = new UserMachine(feed.Folder);
        machine.Set("MERGEOPS_LIBTORCH", RepositoryProgram.Natives);
        File.WriteAllText(machine["Program.cs"], BlockOf("csharp"));
        File.WriteAllText(machine["recipes/midrange.yml"], BlockOf("yaml"));
        File.WriteAllText(machine["merger.csproj"], $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <!-- what the package depends on -->
                <RestoreFallbackFolders>{PackedFeed.Packages}</RestoreFallbackFolders>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="MergeOps" Version="{feed.Version}" />
              </ItemGroup>
            </Project>
            """);

        machine.Succeed("dotnet", "build", "merger.csproj", "-c", "Release", "-nodeReuse:false", "-o", "built");
        var run = machine.Succeed("dotnet", "built/merger.dll");

        var merged = machine["out/midrange"];
        Assert.StartsWith($"plan {QuickstartDigests.Of(merged).Plan}: ", run.Output, StringComparison.Ordinal);
        Assert.Contains($"model {QuickstartDigests.Of(merged).Model} in {merged}", run.Output, StringComparison.Ordinal);
        Assert.InRange(double.Parse(AccuracyIn().Match(run.Output).Groups[1].Value, CultureInfo.InvariantCulture), 0, 1);
        foreach (var tensor in (string[])["model.norm.weight", "model.embed_tokens.weight"])
        {
            var models = ((string[])["comparatives", "past", "plurals"]).Select(model => Elements(machine[$"recipes/quickstart/{model}"], tensor)).ToList();
            var expected = Enumerable.Range(0, models[0].Length).Select(element =>
            {
                var (smallest, largest) = (models.Min(model => model[element]), models.Max(model => model[element]));
                return Rounded(smallest + ((largest - smallest) * 0.25f));
            });
            Assert.Equal(expected, Elements(merged, tensor));
        }
    }

    private static string BlockOf(string language) =>
        Regex.Match(Page, $"```{language}\n(.*?)```", RegexOptions.Singleline, TimeSpan.FromSeconds(1)).Groups[1].Value;

    // safetensors, as its page describes it: the length of the header, the header, the bytes
    private static float[] Elements(string model, string tensor)
    {
        var file = File.ReadAllBytes(Path.Combine(model, "model.safetensors"));
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        using var header = JsonDocument.Parse(file.AsMemory(sizeof(long), length));
        var entry = header.RootElement.GetProperty(tensor);
        Assert.Equal("BF16", entry.GetProperty("dtype").GetString());
        var bytes = file.AsSpan(sizeof(long) + length)[entry.GetProperty("data_offsets")[0].GetInt32()..entry.GetProperty("data_offsets")[1].GetInt32()];
        var elements = new float[bytes.Length / sizeof(ushort)];
        for (var i = 0; i < elements.Length; i++)
        {
            elements[i] = BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes[(i * sizeof(ushort))..]) << 16);
        }

        return elements;
    }

    // to bfloat16: to the nearest, of two as near to the even one
    private static float Rounded(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return BitConverter.UInt32BitsToSingle((bits + 0x7fff + ((bits >> 16) & 1)) & 0xffff0000);
    }

    [GeneratedRegex(@"^past\.accuracy (\S+)", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AccuracyIn();
}
