// The package has no types. Its decoder alone, without the encoder, is this module of it.
declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs' {
  export interface FrameInfo {
    readonly width: number
    readonly height: number
    /** 1: grey; 3: red, green, blue. */
    readonly componentCount: number
  }

  export interface JPEGDecoder {
    /** @returns where to put the file; good until the next call of any method */
    getEncodedBuffer(bytes: number): Uint8Array
    /** @throws a number, when libjpeg-turbo has an error or a warning */
    decode(): void
    getFrameInfo(): FrameInfo
    /** @returns a view of the memory of the module, good until the next call of any method */
    getDecodedBuffer(): Uint8Array
    delete(): void
  }

  export interface Codec {
    readonly JPEGDecoder: new () => JPEGDecoder
    /** All of the memory of the module, which grows and never shrinks. */
    readonly HEAPU8: Uint8Array
  }

  /** Makes an instance of the WebAssembly module. */
  export default function codec(): Promise<Codec>
}

// With the encoder.
declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/wasmjs' {
  export interface JPEGEncoder {
    getDecodedBuffer(frame: {
      readonly width: number
      readonly height: number
      readonly bitsPerSample: number
      readonly componentCount: number
      readonly isSigned: boolean
    }): Uint8Array
    setQuality(quality: number): void
    setProgressive(progressive: number): void
    setSubSampling(subsampling: number): void
    encode(): void
    getEncodedBuffer(): Uint8ClampedArray
    delete(): void
  }

  export default function codec(): Promise<{ readonly JPEGEncoder: new () => JPEGEncoder }>
}
