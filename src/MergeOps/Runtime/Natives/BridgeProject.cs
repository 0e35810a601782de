using System.Text;
using MergeOps.Tensors;

namespace MergeOps.Runtime.Natives;

/// <summary>
/// A CMake project for TorchSharp's native part. TorchSharp's own asks for the C++ of the one libtorch that it is released
/// for; later versions of libtorch take C++20 alone.
/// </summary>
internal static class BridgeProject
{
    /// <summary>The folder of a build in which the library is made, whatever generator CMake takes.</summary>
    public const string Made = "native";

    // custom functions of automatic differentiation, which nothing here uses, are written against inner parts of libtorch
    private const string Text = """
        cmake_minimum_required(VERSION 3.18)
        project(LibTorchSharp LANGUAGES C CXX)
        find_package(Torch REQUIRED)
        file(GLOB sources ${TORCHSHARP}/src/Native/LibTorchSharp/*.cpp ${TORCHSHARP}/src/Native/LibTorchSharp/*.c)
        list(FILTER sources EXCLUDE REGEX "THSAutograd[.]cpp$")
        add_library(LibTorchSharp SHARED ${sources})
        target_include_directories(LibTorchSharp PRIVATE ${TORCHSHARP}/src/Native)
        target_link_libraries(LibTorchSharp PRIVATE ${TORCH_LIBRARIES})
        set_target_properties(LibTorchSharp PROPERTIES
          CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON
          C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden
          RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/native$<0:>"
          LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/native$<0:>")

        """;

    /// <summary>Where a checkout of TorchSharp has the native part.</summary>
    public static string SourcesIn(string checkout) => Path.Combine(checkout, "src", "Native", "LibTorchSharp");

    /// <summary>Writes it into a folder of its own.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">The disk does not allow it.</exception>
    public static void Write(string folder) => WriteFailure.Guard(folder, () =>
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "CMakeLists.txt"), Text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    });
}
