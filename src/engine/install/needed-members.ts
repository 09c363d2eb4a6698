import { libraryNames } from '../native/folders.js';
import type { Placement } from './wheel.js';

/** The members of TensorFlow's wheel that an engine needs: two libraries and the licences. */
export function tensorflowMembers(platform: NodeJS.Platform): Placement {
  const { library, framework } = libraryNames(platform);
  const wanted = new Set([
    `tensorflow/${library}`,
    `tensorflow/${framework}`,
    'tensorflow/THIRD_PARTY_NOTICES.txt',
    'tensorflow/LICENSE',
  ]);
  return (member) => (wanted.has(member) ? member : licencePlace(member, 'tensorflow'));
}

/**
 * The members of an NVIDIA wheel: its libraries and the programs that XLA calls, beside
 * `tensorflow/`, where the run path of TensorFlow's libraries looks; no headers, no compiler.
 */
export function nvidiaMembers(project: string): Placement {
  return (member) => {
    const isRuntime =
      member.startsWith('nvidia/') && !/\/(include|nvvm\/bin)\/|\.(py|a|h)$/.test(member);
    return isRuntime ? member : licencePlace(member, project);
  };
}

function licencePlace(member: string, project: string): string | null {
  const match = /^[^/]+\.dist-info\/(?:licenses\/)?((?:LICEN[CS]E|NOTICE|COPYING)[^/]*)$/i.exec(
    member,
  );
  return match === null ? null : `licenses/${project}/${match[1]}`;
}
