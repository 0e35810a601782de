using System.Text;
using System.Text.RegularExpressions;
using MergeOps.Tensors;

namespace MergeOps.Runtime.Natives;

/// <summary>
/// A CMake project for TorchSharp's native part. TorchSharp's own asks for the C++ of the one libtorch that it is released
/// for; later versions of libtorch take C++20 alone, and lack what nothing here calls: such functions are left out.
/// </summary>
internal static partial class BridgeProject
{
    /// <summary>The folder of a build in which the library is made, whatever generator CMake takes.</summary>
    public const string Made = "native";

    private const string Text = """
        cmake_minimum_required(VERSION 3.18)
        project(LibTorchSharp LANGUAGES C CXX)
        find_package(Torch REQUIRED)
        file(GLOB sources LibTorchSharp/*.cpp LibTorchSharp/*.c)
        add_library(LibTorchSharp SHARED ${sources})
        target_include_directories(LibTorchSharp PRIVATE ${CMAKE_SOURCE_DIR})
        target_link_libraries(LibTorchSharp PRIVATE ${TORCH_LIBRARIES})
        set_target_properties(LibTorchSharp PROPERTIES
          CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON
          C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden
          RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/native$<0:>"
          LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/native$<0:>")

        """;

    /// <summary>Where a checkout of TorchSharp has the native part.</summary>
    public static string SourcesIn(string checkout) => Path.Combine(checkout, "src", "Native", "LibTorchSharp");

    /// <summary>Writes the project and its sources into a folder of its own.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="checkout">A checkout of TorchSharp.</param>
    /// <exception cref="Diagnostics.MergeOpsException">The disk does not allow it.</exception>
    public static void Write(string folder, string checkout) => WriteFailure.Guard(folder, () =>
    {
        var native = SourcesIn(checkout);
        foreach (var source in Directory.EnumerateFiles(Path.GetDirectoryName(native)!, "*.h").Concat(Directory.EnumerateFiles(native)))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(Path.GetDirectoryName(native)!, source));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            var text = PlainFile.ReadText(source);
            File.WriteAllText(copy, copy.EndsWith(".cpp", StringComparison.Ordinal) ? Function().Replace(text, function => Unneeded().IsMatch(function.Value) ? "" : function.Value) : text);
        }

        File.WriteAllText(Path.Combine(folder, "CMakeLists.txt"), Text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    });

    [GeneratedRegex(@"^(?=\S)[^\r\n;{}#/]*\([^;{}]*\)\s*\{.*?^\}\s*?$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Function();

    // tensors with named dimensions, which libtorch 2.14 does not have; custom functions of automatic differentiation, written against its inner parts
    [GeneratedRegex(@"at::Dimname|has_names\(|->names\(\)|\bCSharpNode|\bSavedVariable\b", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Unneeded();
}
